using System.Net;

namespace EventTorrent.TestKit;

/// <summary>A message that a <see cref="ScriptedPeer"/> received.</summary>
/// <param name="Block">For Request, Cancel and Reject: which block; for Have the piece alone.</param>
/// <param name="At">Time since the peer was started.</param>
public sealed record PeerMessage(PeerMessageKind Kind, PeerBlock Block, IPEndPoint From, TimeSpan At);
