import { publishedContract } from '../published.contract.ts';
import slake from './slake.ts';

publishedContract(slake);
