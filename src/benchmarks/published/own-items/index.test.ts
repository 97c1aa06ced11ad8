import { publishedContract } from '../../published.contract.ts';
import ownItems from './index.ts';

publishedContract(ownItems);
