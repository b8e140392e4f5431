using System.Text.Json.Serialization;

namespace EventTorrent.Signaling;

/// <summary>Servers that help two ends to find a path, as the hub says them. The names hold whatever the process does with JSON.</summary>
internal sealed record IceServer(
    [property: JsonPropertyName("urls")] IReadOnlyList<string> Urls,
    [property: JsonPropertyName("username")] string? Username,
    [property: JsonPropertyName("credential")] string? Credential);
