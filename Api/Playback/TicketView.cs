namespace EventTorrent.Api.Playback;

/// <summary>A ticket, and all that a viewer needs to begin.</summary>
/// <param name="Token">For the node that has the task's streams, and for the certificate that it was asked with.</param>
/// <param name="Expires">Its end, in seconds since 1970 as in the ticket itself.</param>
/// <param name="Signaling">The hub where the node is found: an address, or a path of this server.</param>
internal sealed record TicketView(string Infohash, string Token, long Expires, string Volume, string Signaling, IReadOnlyList<StreamView> Streams);
