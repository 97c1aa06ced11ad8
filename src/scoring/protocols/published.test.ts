import { protocolContract } from '../protocol.contract.ts';
import published from './published.ts';

protocolContract(published);
