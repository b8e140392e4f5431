using System.Text.Json.Serialization;

namespace EventTorrent.Api.Playback;

/// <summary>The public keys of tickets (RFC 7517), as nodes take them.</summary>
internal sealed record PublicKeySetView([property: JsonPropertyName("keys")] IReadOnlyList<PublicKeyView> Keys);
