namespace EventTorrent.Api.Access;

/// <summary>A key that was just made.</summary>
/// <param name="Key">Its text, which is never shown again.</param>
internal sealed record NewKeyView(string Id, string Name, string Role, DateTimeOffset CreatedAt, string Key);
