namespace EventTorrent.Signaling;

/// <summary>Why there is no connection. The names are part of the protocol.</summary>
internal static class SignalErrors
{
    public const string NoNode = "no-node";
    public const string NodeOffline = "node-offline";
    public const string NodeBusy = "node-busy";
    public const string TicketExpired = "ticket-expired";
    public const string TicketInvalid = "ticket-invalid";
    public const string TicketForeign = "ticket-foreign";
    public const string BadOffer = "bad-offer";
    public const string TooMany = "too-many";
}
