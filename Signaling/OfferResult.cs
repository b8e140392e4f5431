using System.Text.Json.Serialization;

namespace EventTorrent.Signaling;

/// <summary>What the hub itself says to an offer; what the node says comes as a signal of the session.</summary>
internal sealed record OfferResult(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("session"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Session,
    [property: JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code)
{
    public static OfferResult Accepted(string session) => new("accepted", session, null);

    public static OfferResult Refused(string code) => new("refused", null, code);
}
