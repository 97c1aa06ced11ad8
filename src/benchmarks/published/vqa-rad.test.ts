import { publishedContract } from '../published.contract.ts';
import vqaRad from './vqa-rad.ts';

publishedContract(vqaRad);
