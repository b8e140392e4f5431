namespace EventTorrent.Api.Access;

/// <summary>Who asks, and what they may do.</summary>
/// <param name="KeyId">Null at a door that stands open, as there is no key yet.</param>
/// <param name="Name">Of the key.</param>
/// <param name="Role">viewer, submitter or admin.</param>
/// <param name="ExpiresAt">When the session ends; null for a key.</param>
internal sealed record SessionView(string? KeyId, string Name, string Role, DateTimeOffset? ExpiresAt);
