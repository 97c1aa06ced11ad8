// Begins the page of a static export: the same pages, answered from files.
import { answerFromFiles } from '../api/client.ts';
import { staticAnswers } from './answers.ts';

answerFromFiles(staticAnswers);
void import('../main.tsx');
