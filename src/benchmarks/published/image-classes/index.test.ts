import { publishedContract } from '../../published.contract.ts';
import imageClasses from './index.ts';

publishedContract(imageClasses);
