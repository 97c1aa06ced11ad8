// The paper behind care-flow and care-coord.
import type { Paper } from '../../domain/method.ts';

export const CARE_PAPER: Paper = {
  title:
    'CARE: Towards Clinical Accountability in Multi-Modal Medical Reasoning with an Evidence-Grounded Agentic Framework',
  arxiv: '2603.01607',
  year: 2026,
};
