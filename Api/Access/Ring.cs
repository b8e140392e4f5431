using System.Collections.Frozen;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Access;

/// <summary>The keys and sessions that were good when it was read.</summary>
/// <param name="readAt">Time stamp of the reading.</param>
internal sealed class Ring(AccessRecord record, ConfiguredKey? configured, long readAt)
{
    private readonly FrozenDictionary<string, AccessKey> _keys = record.Keys.ToFrozenDictionary(key => key.Id);
    private readonly FrozenDictionary<string, AccessSession> _sessions = record.Sessions.ToFrozenDictionary(session => session.Id);

    public long ReadAt => readAt;

    /// <summary>Whether there is no key at all.</summary>
    public bool IsEmpty => _keys.Count == 0 && configured is null;

    public bool HasAdmin => configured is not null || record.Keys.Any(key => key.Role == AccessRole.Admin);

    /// <summary>Whether somebody could still come in, but nobody could make or revoke a key, if a key were gone.</summary>
    public bool IsLastAdmin(string id) =>
        configured is null && _keys.Count > 1 && record.Keys.Where(key => key.Role == AccessRole.Admin).ToList() is [var last] && last.Id == id;

    /// <summary>Whose key a text is.</summary>
    public Visitor? FindKey(string text)
    {
        if (configured?.Is(text) == true)
        {
            return configured.Visitor;
        }

        return Secret.TryParse(text, out var secret) && _keys.TryGetValue(secret.Id, out var key) && secret.Is(key.Hash)
            ? new Visitor(key.Id, null, key.Name, key.Role)
            : null;
    }

    /// <summary>Whose session a text is.</summary>
    public Visitor? FindSession(string text, DateTimeOffset now) =>
        Secret.TryParse(text, out var secret) && _sessions.TryGetValue(secret.Id, out var session) && secret.Is(session.Hash) && session.ExpiresAt > now
        && Owner(session.KeyId) is { } owner
            ? owner with { SessionId = session.Id, ExpiresAt = session.ExpiresAt }
            : null;

    /// <summary>Whether a visitor who was let in would be again.</summary>
    public bool Knows(Visitor visitor, DateTimeOffset now) => visitor.KeyId is null
        ? IsEmpty
        : Owner(visitor.KeyId) is not null && (visitor.SessionId is null || (_sessions.TryGetValue(visitor.SessionId, out var session) && session.ExpiresAt > now));

    private Visitor? Owner(string keyId) =>
        configured?.Visitor.KeyId == keyId ? configured.Visitor
        : _keys.TryGetValue(keyId, out var key) ? new Visitor(key.Id, null, key.Name, key.Role)
        : null;
}
