using System.Text.Json.Nodes;

namespace EventTorrent.Signaling.Tests;

/// <summary>What viewers say most.</summary>
internal static class HubPeerExtensions
{
    public const string Sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n";

    public static async Task<JsonNode> OfferAsync(this HubPeer viewer, string ticket, string sdp = Sdp) =>
        (await viewer.InvokeAsync("Offer", new { sdp, ticket }))!;
}
