import { publishedContract } from '../../published.contract.ts';
import medmnist from './index.ts';

publishedContract(medmnist);
