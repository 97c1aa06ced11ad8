// overread/testing: a scripted OpenAI-compatible server, for tests of whatever talks to models.
export {
  type Loopback,
  type LoopbackReply,
  type LoopbackRequest,
  type LoopbackScript,
  startLoopback,
} from './loopback.ts';
export {
  greyAt,
  type SeenRequest,
  type SeenTurn,
  type SimulatedReader,
  startSimulatedReader,
} from './simulated-reader.ts';
