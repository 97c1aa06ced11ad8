import { publishedContract } from '../published.contract.ts';
import iuXrayVqa from './iu-xray-vqa.ts';

publishedContract(iuXrayVqa);
