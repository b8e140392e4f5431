import { limits } from './limits.js';
import { ticketErrors } from './messages.js';
import { listOf, nested, object, oneOf, optional, text, union } from './shape.js';

/*
 * The hub /hubs/signaling (SignalR, JSON). It relays; it keeps no session. A session is one attempt of one viewer to connect to the
 * node of a volume; the hub names it, and the name says which process holds the viewer.
 *
 *   node   -> hub   RegisterNode(NodeRegistration), again after every reconnect; NodeAlive(NodeLoad) every 10 s; NodeSignal(SignalFromNode)
 *   hub    -> node  Signal(SignalToNode)
 *   viewer -> hub   IceServersFor(IceQuestion) : IceServer[]; Offer(Offer) : OfferResult; ViewerSignal(SignalFromViewer)
 *   hub    -> viewer Signal(SignalFromNode)
 *
 * A node says who it is by "Authorization: Bearer" with its key, a viewer by its ticket: without a good one it is told of no relay. That
 * was not always so: IceServers() : IceServer[] is for viewers and hubs from before, and gives relays no more.
 */
export const hubMethods = {
  registerNode: 'RegisterNode',
  nodeAlive: 'NodeAlive',
  nodeSignal: 'NodeSignal',
  iceServers: 'IceServers',
  iceServersFor: 'IceServersFor',
  offer: 'Offer',
  viewerSignal: 'ViewerSignal',
  signal: 'Signal',
} as const;

export const nodeAliveEveryMs = 10_000;

/** Why there is no connection, as the hub or the node says it, and for people. */
export const signalErrors = {
  'no-node': 'No node serves the volume that holds this video.',
  'node-offline': 'The node that holds this video is offline. It comes back by itself when its machine does.',
  'node-busy': 'The node has as many viewers as it takes. Try again in a while.',
  'ticket-expired': 'The ticket is over. Load the page again.',
  'ticket-invalid': 'The ticket is not valid. Load the page again; if that does not help, the node has another key than the server.',
  'ticket-foreign': 'The ticket is for another video or another browser.',
  'bad-offer': 'The node did not understand this browser.',
  'too-many': 'Too many attempts to connect. Wait a minute.',
} as const satisfies Readonly<Record<(typeof ticketErrors)[number], string>> & Readonly<Record<string, string>>;
export type SignalError = keyof typeof signalErrors;

export type IceServer = { readonly urls: readonly string[]; readonly username: string | null; readonly credential: string | null };

type Candidate = { readonly type: 'candidate'; readonly session: string; readonly candidate: string; readonly mid: string };
type Bye = { readonly type: 'bye'; readonly session: string };

export type SignalToNode =
  | { readonly type: 'offer'; readonly session: string; readonly sdp: string; readonly ticket: string; readonly iceServers: readonly IceServer[] }
  | Candidate
  | Bye;

export type SignalFromNode =
  | { readonly type: 'answer'; readonly session: string; readonly sdp: string }
  | Candidate
  | Bye
  | { readonly type: 'error'; readonly session: string; readonly code: SignalError };

export type SignalFromViewer = Candidate | Bye;

export type IceQuestion = { readonly ticket: string };
export type Offer = { readonly sdp: string; readonly ticket: string };
/** Refused by the hub itself: what the node has against an offer comes as a signal of the session. */
export type OfferResult = { readonly type: 'accepted'; readonly session: string } | { readonly type: 'refused'; readonly code: SignalError };
export type NodeRegistration = { readonly protocol: 1; readonly volume: string; readonly version: string; readonly maxSessions: number };
export type NodeLoad = { readonly sessions: number };

const session = text(128, /^[A-Za-z0-9._-]+$/);
const sdp = text(limits.sdpLength);
const ticket = text(limits.ticketLength);
const candidate = object({ session, candidate: text(limits.candidateLength), mid: text(32, /^[A-Za-z0-9_-]+$/) });
const bye = object({ session });
const code = oneOf(...(Object.keys(signalErrors) as readonly SignalError[]));

const url = text(256, /^(stun|turns?):/);
const iceServer = object({ urls: listOf(limits.iceServers, url), username: optional(text(256)), credential: optional(text(256)) });
export const readIceServers = listOf<IceServer>(limits.iceServers, nested(iceServer));

export const parseSignalToNode = union<SignalToNode>({ offer: object({ session, sdp, ticket, iceServers: readIceServers }), candidate, bye });

export const parseSignalFromNode = union<SignalFromNode>({
  answer: object({ session, sdp }),
  candidate,
  bye,
  error: object({ session, code }),
});

export const parseOfferResult = union<OfferResult>({ accepted: object({ session }), refused: object({ code }) });
