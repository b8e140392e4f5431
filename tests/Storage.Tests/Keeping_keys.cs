using System.Text;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Storage.Tests;

public abstract class Keeping_keys(StorageProvider provider)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public sealed class Sqlite() : Keeping_keys(StorageProvider.Sqlite);

    public sealed class Postgres() : Keeping_keys(StorageProvider.Postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_told_once_and_its_secret_is_nowhere_in_the_database()
    {
        await using var databases = await Databases.StartAsync(provider);
        var store = new AccessStore(await databases.MigratedAsync(), new Clock(Noon));

        var (key, secret) = (await store.CreateAsync("a bot", AccessRole.Submitter, Cancellation))!.Value;

        var stored = Assert.Single((await new AccessStore(databases.Open(), new Clock(Noon)).ReadAsync(Cancellation)).Keys);
        Assert.Equal((key.Id, "a bot", AccessRole.Submitter, Noon, null), (stored.Id, stored.Name, stored.Role, stored.CreatedAt, stored.LastUsedAt));
        Assert.True(Secret.TryParse(secret.Reveal(), out var again) && again.Is(stored.Hash));
        Assert.False(Secret.Create().Is(stored.Hash));
        Assert.DoesNotContain(secret.Reveal()[^64..], $"{stored.Id} {stored.Name} {Convert.ToHexStringLower(stored.Hash)} {Encoding.Latin1.GetString(stored.Hash)} {secret}");
    }

    [Fact]
    public async Task A_revoked_key_is_good_for_nothing_and_neither_are_its_sessions()
    {
        await using var databases = await Databases.StartAsync(provider);
        var clock = new Clock(Noon);
        var store = new AccessStore(await databases.MigratedAsync(), clock);
        var (one, _) = (await store.CreateAsync("one", AccessRole.Admin, Cancellation))!.Value;
        var (other, _) = (await store.CreateAsync("other", AccessRole.Viewer, Cancellation))!.Value;
        await store.BeginSessionAsync(one.Id, TimeSpan.FromDays(1), Cancellation);
        var (kept, _) = await store.BeginSessionAsync(other.Id, TimeSpan.FromDays(1), Cancellation);

        Assert.True(await store.RevokeAsync(one.Id, Cancellation));
        Assert.True(await store.RevokeAsync(one.Id, Cancellation));
        Assert.False(await store.RevokeAsync("000000000000", Cancellation));

        var good = await store.ReadAsync(Cancellation);
        Assert.Equal((other.Id, kept.Id), (Assert.Single(good.Keys).Id, Assert.Single(good.Sessions).Id));
        var listed = await store.ListAsync(Cancellation);
        Assert.Equal(Noon, Assert.Single(listed, key => key.Id == one.Id).RevokedAt);

        clock.Now += TimeSpan.FromDays(91);
        await store.CreateAsync("later", AccessRole.Viewer, Cancellation);
        Assert.DoesNotContain(await store.ListAsync(Cancellation), key => key.Id == one.Id);
    }

    [Fact]
    public async Task Sessions_end_by_themselves_and_the_oldest_of_a_key_makes_room()
    {
        await using var databases = await Databases.StartAsync(provider);
        var clock = new Clock(Noon);
        var store = new AccessStore(await databases.MigratedAsync(), clock);
        var (key, _) = (await store.CreateAsync("one", AccessRole.Viewer, Cancellation))!.Value;
        var sessions = new List<AccessSession>();
        for (var number = 0; number < 33; number++)
        {
            clock.Now += TimeSpan.FromSeconds(1);
            sessions.Add((await store.BeginSessionAsync(key.Id, TimeSpan.FromHours(1), Cancellation)).Session);
        }

        var good = (await store.ReadAsync(Cancellation)).Sessions.Select(session => session.Id).ToHashSet();
        Assert.Equal(sessions.Skip(1).Select(session => session.Id).ToHashSet(), good);

        await store.EndSessionAsync(sessions[32].Id, Cancellation);
        Assert.Equal(31, (await store.ReadAsync(Cancellation)).Sessions.Count);

        clock.Now += TimeSpan.FromHours(1);
        Assert.Empty((await store.ReadAsync(Cancellation)).Sessions);
        await store.BeginSessionAsync(key.Id, TimeSpan.FromHours(1), Cancellation);
        Assert.Equal(1, await databases.Open().AccessSessions.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Its_last_use_is_noted()
    {
        await using var databases = await Databases.StartAsync(provider);
        var store = new AccessStore(await databases.MigratedAsync(), new Clock(Noon));
        var (used, _) = (await store.CreateAsync("used", AccessRole.Viewer, Cancellation))!.Value;
        var (idle, _) = (await store.CreateAsync("idle", AccessRole.Viewer, Cancellation))!.Value;

        await store.NoteUsedAsync([used.Id, "gone"], Cancellation);

        var keys = (await store.ListAsync(Cancellation)).ToDictionary(key => key.Id, key => key.LastUsedAt);
        Assert.Equal((Noon, null), (keys[used.Id], keys[idle.Id]));
    }

    [Theory]
    [InlineData("a bot", true)]
    [InlineData("客厅的电视", true)]
    [InlineData("", false)]
    [InlineData(" a", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\u001b[2J", false)]
    [InlineData("a\ud800", false)]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345", false)]
    public void A_name_is_one_line_that_a_person_can_read(string name, bool isName) => Assert.Equal(isName, AccessStore.IsName(name));

    [Theory]
    [InlineData("")]
    [InlineData("et_")]
    [InlineData("et_0123456789ab_short")]
    [InlineData("xx_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("et_0123456789ab-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("et_0123456789AB_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("et_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg")]
    [InlineData("et_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0")]
    public void What_is_not_the_text_of_a_key_is_none(string text) => Assert.False(Secret.TryParse(text, out _));

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
