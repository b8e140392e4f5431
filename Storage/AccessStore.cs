using System.Globalization;
using System.Text;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage;

/// <summary>The keys of the door and the sessions that were begun with them. Secrets come out of it once, when they are made.</summary>
public sealed class AccessStore(TorrentDb db, TimeProvider time)
{
    public const int MaxNameLength = 64;

    /// <summary>Keys that are good at once: all of them are kept in memory.</summary>
    public const int MaxKeys = 1000;

    /// <summary>Sessions of one key; the oldest makes room.</summary>
    private const int MaxSessionsOfKey = 32;

    /// <summary>A revoked key is listed for so long.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>One line in any language; nothing that moves a cursor, hides, or stands for what could not be read.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.Trim() == name
        && name.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune)
            is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    /// <summary>Those that are good, and those that were revoked not long ago; the newest first.</summary>
    public Task<List<AccessKey>> ListAsync(CancellationToken cancellationToken) =>
        db.AccessKeys.AsNoTracking().OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Id).ToListAsync(cancellationToken);

    /// <summary>Makes a key.</summary>
    /// <returns>The key with its text, or null when there are <see cref="MaxKeys"/> already.</returns>
    public async Task<(AccessKey Key, Secret Secret)?> CreateAsync(string name, AccessRole role, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var forgotten = now - Remembered;
        await db.AccessKeys.Where(key => key.RevokedAt < forgotten).ExecuteDeleteAsync(cancellationToken);
        if (await db.AccessKeys.CountAsync(key => key.RevokedAt == null, cancellationToken) >= MaxKeys)
        {
            return null;
        }

        var secret = Secret.Create();
        var key = new AccessKey { Id = secret.Id, Name = name, Role = role, Hash = secret.Hash, CreatedAt = now };
        db.AccessKeys.Add(key);
        await db.SaveChangesAsync(cancellationToken);
        return (key, secret);
    }

    /// <summary>Ends a key and its sessions.</summary>
    /// <returns>False when there is no such key; a key may be revoked twice.</returns>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.AccessKeys.Where(key => key.Id == id && key.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, now), cancellationToken);
        await db.AccessSessions.Where(session => session.KeyId == id).ExecuteDeleteAsync(cancellationToken);
        return await db.AccessKeys.AnyAsync(key => key.Id == id, cancellationToken);
    }

    /// <summary>Begins a session with a key.</summary>
    public async Task<(AccessSession Session, Secret Secret)> BeginSessionAsync(string keyId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var extra = await db.AccessSessions.Where(session => session.KeyId == keyId && session.ExpiresAt > now)
            .OrderByDescending(session => session.CreatedAt).ThenBy(session => session.Id).Skip(MaxSessionsOfKey - 1)
            .Select(session => session.Id).ToListAsync(cancellationToken);
        await db.AccessSessions.Where(session => session.ExpiresAt <= now || extra.Contains(session.Id)).ExecuteDeleteAsync(cancellationToken);

        var secret = Secret.Create();
        var session = new AccessSession { Id = secret.Id, KeyId = keyId, Hash = secret.Hash, CreatedAt = now, ExpiresAt = now + lifetime };
        db.AccessSessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return (session, secret);
    }

    public Task EndSessionAsync(string id, CancellationToken cancellationToken) =>
        db.AccessSessions.Where(session => session.Id == id).ExecuteDeleteAsync(cancellationToken);

    /// <summary>All that is good now.</summary>
    public async Task<AccessRecord> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new AccessRecord(
            await db.AccessKeys.AsNoTracking().Where(key => key.RevokedAt == null).ToListAsync(cancellationToken),
            await db.AccessSessions.AsNoTracking().Where(session => session.ExpiresAt > now).ToListAsync(cancellationToken));
    }

    /// <summary>Notes that keys were used. Whoever writes it seldom is right to: it is for people who look for keys that nobody needs.</summary>
    public Task NoteUsedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.AccessKeys.Where(key => ids.Contains(key.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, now), cancellationToken);
    }
}
