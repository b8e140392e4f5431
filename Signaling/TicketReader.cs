namespace EventTorrent.Signaling;

/// <summary>Reads tickets: only one that is good now says anything.</summary>
internal sealed class TicketReader(TicketKeySet keys, TimeProvider time)
{
    /// <summary>What a ticket says, or what is wrong with it: a name of <see cref="SignalErrors"/>.</summary>
    public (TicketClaims? Claims, string? Error) Read(string? ticket)
    {
        if (TicketClaims.Read(ticket) is not { } claims || !keys.HasSigned(ticket!))
        {
            return (null, SignalErrors.TicketInvalid);
        }

        return claims.Expires > time.GetUtcNow() ? (claims, null) : (null, SignalErrors.TicketExpired);
    }
}
