import { protocolContract } from '../protocol.contract.ts';
import strict from './strict.ts';

protocolContract(strict);
