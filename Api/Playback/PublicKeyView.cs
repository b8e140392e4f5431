using System.Text.Json.Serialization;

namespace EventTorrent.Api.Playback;

/// <summary>A public key as RFC 7517 has it.</summary>
internal sealed record PublicKeyView(
    [property: JsonPropertyName("kty")] string Type,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("kid")] string Name,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y")] string Y,
    [property: JsonPropertyName("use")] string Use,
    [property: JsonPropertyName("alg")] string Algorithm);
