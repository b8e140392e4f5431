using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace EventTorrent.Api.Tests;

public sealed class LoggingIn
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_page_shows_its_key_once_and_goes_on_with_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = await host.MakeKeysAsync();

        using var login = await LoginAsync(host, keys["submitter"]);

        var view = (await login.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!;
        Assert.Equal((HttpStatusCode.OK, "a submitter", "submitter"), (login.StatusCode, (string?)view["name"], (string?)view["role"]));
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        foreach (var part in new[] { "; path=/", "; samesite=strict", "; httponly", "; max-age=2592000" })
        {
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(keys["submitter"][^64..], cookie, StringComparison.Ordinal);
        var session = cookie.Split(';')[0];
        using var list = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("Cookie", session));
        using var who = await host.SendAsync(HttpMethod.Get, "/session/", null, null, ("Cookie", session));
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        var known = (await who.Content.ReadFromJsonAsync<JsonNode>(ApiHost.Token))!;
        Assert.Equal(((string?)view["key_id"], "a submitter", "submitter"), ((string?)known["key_id"], (string?)known["name"], (string?)known["role"]));
        Assert.Equal((DateTimeOffset)view["expires_at"]!, (DateTimeOffset)known["expires_at"]!, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(session[^64..], host.Log.Text, StringComparison.Ordinal);
        Assert.Empty(host.Log.Alarms);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Forbidden, "Origin", "http://evil.test")]
    [InlineData(HttpStatusCode.Forbidden, "Origin", "null")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site", "cross-site")]
    [InlineData(HttpStatusCode.Forbidden, "Sec-Fetch-Site", "same-site")]
    [InlineData(HttpStatusCode.Created, "Sec-Fetch-Site", "same-origin")]
    [InlineData(HttpStatusCode.Created, "Origin", "ours")]
    public async Task An_unsafe_request_with_a_cookie_must_have_been_made_by_our_page(HttpStatusCode status, params string[] header)
    {
        await using var host = await ApiHost.StartAsync();
        var session = await SessionAsync(host, (await host.MakeKeysAsync())["submitter"]);
        var headers = header.Length == 0 ? [] : new[] { (header[0], header[1] == "ours" ? OriginOf(host) : header[1]) };

        using var answer = await host.SendAsync(
            HttpMethod.Post, "/tasks/", null, new FormUrlEncodedContent([new("infohash", Infohashes.One)]), [("Cookie", session), .. headers]);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Created, await host.FindAsync(Infohashes.One) is not null);
    }

    [Fact]
    public async Task A_session_may_do_what_its_key_may_and_ends_with_it()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = await host.MakeKeysAsync();
        var (viewer, admin) = (await SessionAsync(host, keys["viewer"]), await SessionAsync(host, keys["admin"]));
        var origin = ("Origin", OriginOf(host));
        using var low = await host.SendAsync(HttpMethod.Delete, $"/tasks/{Infohashes.One}", null, null, ("Cookie", viewer), origin);
        using var high = await host.SendAsync(HttpMethod.Delete, $"/tasks/{Infohashes.One}", null, null, ("Cookie", admin), origin);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (low.StatusCode, high.StatusCode));

        using var revoked = await host.SendAsync(HttpMethod.Delete, $"/keys/{keys["viewer"].Split('_')[1]}", null, null, ("Cookie", admin), origin);
        using var after = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("Cookie", viewer));

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (revoked.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task Who_logs_out_is_out()
    {
        await using var host = await ApiHost.StartAsync();
        var session = await SessionAsync(host, (await host.MakeKeysAsync())["viewer"]);

        using var foreign = await host.SendAsync(HttpMethod.Delete, "/session/", null, null, ("Cookie", session), ("Origin", "http://evil.test"));
        using var still = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("Cookie", session));
        using var logout = await host.SendAsync(HttpMethod.Delete, "/session/", null, null, ("Cookie", session), ("Origin", OriginOf(host)));
        using var after = await host.SendAsync(HttpMethod.Get, "/tasks/", null, null, ("Cookie", session));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (foreign.StatusCode, still.StatusCode));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (logout.StatusCode, after.StatusCode));
        Assert.Contains("expires=Thu, 01 Jan 1970", Assert.Single(logout.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_keys_are_slowed_down_and_the_right_one_is_not_shut_out_for_them()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = await host.MakeKeysAsync();
        var wrong = $"et_000000000000_{new string('0', 64)}";
        var seen = new List<HttpStatusCode>();
        while (seen.Count < 1000 && !seen.Contains(HttpStatusCode.TooManyRequests))
        {
            using var answer = seen.Count % 2 == 0 ? await LoginAsync(host, wrong) : await host.SendAsync(HttpMethod.Get, "/tasks/", wrong);
            seen.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal("urn:eventtorrent:error:too-many-wrong-keys", await ApiHost.ProblemTypeAsync(answer));
                Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter!.Delta);
            }
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], seen.Distinct());
        using var right = await host.SendAsync(HttpMethod.Get, "/tasks/", keys["viewer"]);
        using var login = await LoginAsync(host, keys["viewer"]);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (right.StatusCode, login.StatusCode));
    }

    [Theory]
    [InlineData("{}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":1}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":""}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":"a","key":"b"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":"\ud800"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"key":"admin"}""", "application/json", HttpStatusCode.Unauthorized)]
    [InlineData("key=a", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_login_that_is_none_is_named(string body, string type, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);

        using var answer = await host.SendAsync(HttpMethod.Post, "/session/", null, content);

        Assert.Equal(status, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task The_hub_of_pages_takes_a_key_or_a_cookie_of_our_page_and_puts_out_whose_key_is_revoked()
    {
        await using var host = await ApiHost.StartAsync();
        await using var early = await HubClient.ConnectAsync(host.Address);
        var keys = await host.MakeKeysAsync();
        var cookie = await SessionAsync(host, keys["viewer"]);

        await early.WaitForEndAsync(Deadline);
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, cookie: cookie));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, "http://evil.test", cookie: cookie));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, "http://evil.test", key: keys["viewer"]));
        await using var page = await HubClient.ConnectAsync(host.Address, OriginOf(host), cookie: cookie);
        await using var program = await HubClient.ConnectAsync(host.Address, key: keys["viewer"]);
        using var revoked = await host.SendAsync(HttpMethod.Delete, $"/keys/{keys["viewer"].Split('_')[1]}", keys["admin"]);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await page.WaitForEndAsync(Deadline);
        await program.WaitForEndAsync(Deadline);
    }

    private static string OriginOf(ApiHost host) => host.Address.GetLeftPart(UriPartial.Authority);

    private static Task<HttpResponseMessage> LoginAsync(ApiHost host, string key, params (string, string)[] headers) =>
        host.SendAsync(HttpMethod.Post, "/session/", null, JsonContent.Create(new { key }), headers);

    private static async Task<string> SessionAsync(ApiHost host, string key)
    {
        using var login = await LoginAsync(host, key);
        return Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }
}
