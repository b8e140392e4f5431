/** What both ends hold each other to. A message beyond a limit closes its channel. */
export const limits = {
  /** UTF-16 units of a text message from a viewer. A ticket is the longest thing in one. */
  viewerTextLength: 4096,
  /** UTF-16 units of a text message from a node. */
  nodeTextLength: 4096,
  /** Of a frame with its header: what every browser takes, and small enough that several responses share a link fairly. */
  frameBytes: 65_536,
  /** Requests that one connection has open at once. */
  requests: 8,
  /** Bytes that a node hands to the transport before it waits. */
  inFlightBytes: 262_144,
  /** Connections that one viewer has at once. */
  connections: 4,
  ticketLength: 2048,
  sdpLength: 32_768,
  candidateLength: 1024,
  nameLength: 80,
  /** A torrent has at most this many files. */
  files: 10_000,
  iceServers: 8,
  /** How far into a range a response may begin: what lies before is read again for the hash. */
  resumeBytes: 1_048_576,
  /** How often a viewer pings, and after how long a silence either end gives the connection up: a new one is begun within 6 s. */
  pingEveryMs: 2000,
  viewerSilenceMs: 5000,
  nodeSilenceMs: 15_000,
} as const;
