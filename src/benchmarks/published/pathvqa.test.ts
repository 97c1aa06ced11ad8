import { publishedContract } from '../published.contract.ts';
import pathvqa from './pathvqa.ts';

publishedContract(pathvqa);
