import { publishedContract } from '../published.contract.ts';
import pmcVqa from './pmc-vqa.ts';

publishedContract(pmcVqa);
