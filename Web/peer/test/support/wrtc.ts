export { loadWrtcTransport } from '../../src/wrtc.js';
