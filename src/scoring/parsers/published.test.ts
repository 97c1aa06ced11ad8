import { parserContract } from '../parser.contract.ts';
import published from './published.ts';

parserContract(published);
