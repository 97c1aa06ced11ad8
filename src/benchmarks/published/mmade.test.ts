import { publishedContract } from '../published.contract.ts';
import mmade from './mmade.ts';

publishedContract(mmade, { items: 12, secrets: ({ reference }) => [reference.text] });
