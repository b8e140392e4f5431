using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Tests;

public sealed class KeepingTheKeys
{
    private const string Configured = "a-key-from-a-store-of-secrets-0123456789";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Without_a_key_the_door_is_open_and_with_the_first_it_is_not()
    {
        await using var host = await ApiHost.StartAsync();
        using var before = await host.SendAsync(HttpMethod.Get, "/tasks/", "any-old-key");
        using var low = await host.SendAsync(HttpMethod.Post, "/keys/", null, JsonContent.Create(new { name = "tv", role = "viewer" }));
        using var who = await host.SendAsync(HttpMethod.Get, "/session/");

        var keys = await host.MakeKeysAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (before.StatusCode, low.StatusCode));
        Assert.Equal("urn:eventtorrent:error:no-admin-key", await ApiHost.ProblemTypeAsync(low));
        Assert.Equal("""{"key_id":null,"name":"","role":"admin","expires_at":null}""", await who.Content.ReadAsStringAsync(ApiHost.Token));
        using var after = await host.SendAsync(HttpMethod.Get, "/tasks/");
        using var bearer = await host.SendAsync(HttpMethod.Get, "/tasks/", keys["viewer"]);
        using var header = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("X-API-Key", keys["viewer"]));
        using var basic = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("Authorization", $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(keys["viewer"]))}"));
        using var query = await host.SendAsync(HttpMethod.Get, $"/tasks/?access_token={keys["viewer"]}");
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK), (after.StatusCode, bearer.StatusCode, header.StatusCode));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (basic.StatusCode, query.StatusCode));
        Assert.Equal("Bearer", Assert.Single(after.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Keys_are_listed_without_their_text_and_the_last_admin_can_not_be_locked_out()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = await host.MakeKeysAsync();
        var ids = keys.ToDictionary(key => key.Key, key => key.Value.Split('_')[1]);

        using var last = await host.SendAsync(HttpMethod.Delete, $"/keys/{ids["admin"]}", keys["admin"]);
        using var unknown = await host.SendAsync(HttpMethod.Delete, "/keys/nobody", keys["admin"]);
        using var viewer = await host.SendAsync(HttpMethod.Delete, $"/keys/{ids["viewer"]}", keys["admin"]);
        using var again = await host.SendAsync(HttpMethod.Delete, $"/keys/{ids["viewer"]}", keys["admin"]);
        using var answer = await host.SendAsync(HttpMethod.Get, "/keys/", keys["admin"]);
        using var gone = await host.SendAsync(HttpMethod.Get, "/tasks/", keys["viewer"]);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (last.StatusCode, unknown.StatusCode));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (viewer.StatusCode, again.StatusCode, gone.StatusCode));
        var text = await answer.Content.ReadAsStringAsync(ApiHost.Token);
        Assert.All(keys.Values, key => Assert.DoesNotContain(key[^64..], text, StringComparison.Ordinal));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        var listed = JsonNode.Parse(text)!.AsArray();
        Assert.Equal(3, listed.Count);
        Assert.Equal(ids["viewer"], (string?)Assert.Single(listed, key => key!["revoked_at"] is not null)!["id"]);

        using var submitter = await host.SendAsync(HttpMethod.Delete, $"/keys/{ids["submitter"]}", keys["admin"]);
        using var admin = await host.SendAsync(HttpMethod.Delete, $"/keys/{ids["admin"]}", keys["admin"]);
        using var open = await host.SendAsync(HttpMethod.Get, "/tasks/");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.OK), (submitter.StatusCode, admin.StatusCode, open.StatusCode));
    }

    [Theory]
    [InlineData("""{"name":"a"}""")]
    [InlineData("""{"role":"admin"}""")]
    [InlineData("""{"name":"a","role":"root"}""")]
    [InlineData("""{"name":"a","role":"2"}""")]
    [InlineData("""{"name":"a","role":"Admin"}""")]
    [InlineData("""{"name":"a\nb","role":"admin"}""")]
    [InlineData("""{"name":"","role":"admin"}""")]
    [InlineData("""{"name":"a","role":"admin","key":"mine"}""")]
    [InlineData("""{"name":"a","name":"b","role":"admin"}""")]
    [InlineData("""{"name":["a"],"role":"admin"}""")]
    public async Task A_key_that_can_not_be_is_refused(string body)
    {
        await using var host = await ApiHost.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await host.SendAsync(HttpMethod.Post, "/keys/", null, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:invalid-key-request", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task A_key_that_another_process_made_or_revoked_is_noticed_within_seconds_and_its_use_is_written_down()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:WrongKeysPerMinute", "100000"));
        var (made, secret) = (await host.WithAsync<AccessStore, (AccessKey, Secret)?>(store => store.CreateAsync("elsewhere", AccessRole.Admin, ApiHost.Token)))!.Value;

        await UntilAsync("the door is closed", host, null, HttpStatusCode.Unauthorized);
        await UntilAsync("the key is known", host, secret.Reveal(), HttpStatusCode.OK);
        await Poll.UntilAsync(
            "the use of the key is written down",
            async _ => (await host.WithAsync<AccessStore, List<AccessKey>>(store => store.ListAsync(ApiHost.Token))).Single().LastUsedAt >= made.CreatedAt,
            Deadline, ApiHost.Token);
        await host.WithAsync<AccessStore, (AccessKey, Secret)?>(store => store.CreateAsync("other", AccessRole.Admin, ApiHost.Token));
        await host.WithAsync<AccessStore, bool>(store => store.RevokeAsync(made.Id, ApiHost.Token));
        await UntilAsync("the key is gone", host, secret.Reveal(), HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_of_the_configuration_is_an_admins(bool isHashed)
    {
        var text = isHashed ? $"sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Configured)))}" : Configured;
        await using var host = await ApiHost.StartAsync(null, ("Api:AdminKey", text));

        using var nobody = await host.SendAsync(HttpMethod.Get, "/tasks/");
        using var hash = await host.SendAsync(HttpMethod.Get, "/keys/", $"sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Configured)))}");
        using var admin = await host.SendAsync(HttpMethod.Get, "/keys/", Configured);
        using var viewer = await host.SendAsync(HttpMethod.Post, "/keys/", Configured, JsonContent.Create(new { name = "tv", role = "viewer" }));
        using var login = await host.SendAsync(HttpMethod.Post, "/session/", null, JsonContent.Create(new { key = Configured }));
        using var session = await host.SendAsync(HttpMethod.Get, "/keys/", null, null, ("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (nobody.StatusCode, hash.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.OK), (admin.StatusCode, viewer.StatusCode, session.StatusCode));
        Assert.DoesNotContain(Configured, host.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:0")]
    [InlineData("urls", "http://127.0.0.1:0;http://*:0")]
    [InlineData("urls", "http://[::]:0")]
    [InlineData("urls", "http://media.example:0")]
    [InlineData("Kestrel:Endpoints:Door:Url", "http://0.0.0.0:0")]
    [InlineData("Api:TrustedProxies:0", "10.0.0.0/8")]
    public async Task Without_a_key_it_does_not_go_where_others_can_reach_it(string key, string value)
    {
        var builder = WebApplication.CreateBuilder();
        await using var directory = new TempDirectory();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = "http://localhost:0", ["Storage:DataDirectory"] = directory.FullPath, [key] = value });
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        await using var app = builder.Build();
        await app.MigrateStorageAsync(ApiHost.Token);

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiRegistration.CheckKeysAsync(app.Services, ApiHost.Token));

        Assert.Contains("./run.sh keys create", refusal.Message, StringComparison.Ordinal);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<AccessStore>().CreateAsync("me", AccessRole.Admin, ApiHost.Token);
        }

        await ApiRegistration.CheckKeysAsync(app.Services, ApiHost.Token);
    }

    [Fact]
    public async Task What_a_proxy_says_of_its_client_counts_only_where_the_proxy_is_known()
    {
        (string, string)[] limits = [("Api:RateBurst", "1"), ("Api:RatePerSecond", "1"), ("Api:AdminKey", Configured)];
        await using var unknown = await ApiHost.StartAsync(null, limits);
        await using var known = await ApiHost.StartAsync(null, [.. limits, ("Api:TrustedProxies:0", "127.0.0.0/8")]);

        Assert.Contains(HttpStatusCode.TooManyRequests, await AskAsync(unknown));
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, await AskAsync(known));
        using var login = await known.SendAsync(
            HttpMethod.Post, "/session/", null, JsonContent.Create(new { key = Configured }), ("X-Forwarded-For", "203.0.113.200"), ("X-Forwarded-Proto", "https"));
        Assert.Contains("; secure", Assert.Single(login.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);

        static Task<HttpStatusCode[]> AskAsync(ApiHost host) => Task.WhenAll(Enumerable.Range(1, 40).Select(async number =>
        {
            using var answer = await host.SendAsync(HttpMethod.Get, "/tickets/keys.json", null, null, ("X-Forwarded-For", $"203.0.113.{number}"));
            return answer.StatusCode;
        }));
    }

    [Fact]
    public async Task One_key_is_slowed_down_from_however_many_addresses_it_comes()
    {
        await using var host = await ApiHost.StartAsync(
            null, ("Api:KeyRateBurst", "3"), ("Api:KeyRatePerSecond", "1"), ("Api:AdminKey", Configured), ("Api:TrustedProxies:0", "127.0.0.1"));
        HttpResponseMessage? refused = null;
        for (var number = 1; number <= 200 && refused is null; number++)
        {
            var answer = await host.SendAsync(HttpMethod.Get, "/tasks/queue/size", Configured, null, ("X-Forwarded-For", $"203.0.113.{number}"));
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : null;
        }

        Assert.NotNull(refused);
        Assert.Equal("urn:eventtorrent:error:too-many-requests", await ApiHost.ProblemTypeAsync(refused));
        Assert.NotNull(refused.Headers.RetryAfter);
        using var open = await host.SendAsync(HttpMethod.Get, "/tickets/keys.json");
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Theory]
    [InlineData("Api:AdminKey", "too-short")]
    [InlineData("Api:AdminKey", "sha256:12")]
    [InlineData("Api:TrustedProxies:0", "proxy.example")]
    [InlineData("Api:TrustedProxies:0", "10.0.0.0/99")]
    [InlineData("Api:WrongKeysPerMinute", "0")]
    public async Task A_wrong_option_stops_the_start_and_is_named_without_its_value(string key, string value)
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(null, (key, value)));

        Assert.Contains(key.Split(':')[1], wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value.Length > 1 ? value : " is 0", wrong.Message, StringComparison.Ordinal);
    }

    private static Task UntilAsync(string what, ApiHost host, string? key, HttpStatusCode status) => Poll.UntilAsync(
        what,
        async _ =>
        {
            using var answer = await host.SendAsync(HttpMethod.Get, "/tasks/queue/size", key);
            return answer.StatusCode == status;
        },
        Deadline, ApiHost.Token);
}
