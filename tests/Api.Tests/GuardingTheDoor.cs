using System.Net;
using System.Net.WebSockets;

namespace EventTorrent.Api.Tests;

public sealed class GuardingTheDoor
{
    [Theory]
    [InlineData("evil.test", false)]
    [InlineData("evil.test:8080", false)]
    [InlineData("127.0.0.1.evil.test", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1234", true)]
    [InlineData("127.0.0.1:1234", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("media.example", true)]
    public async Task Only_our_own_host_names_are_answered(string name, bool isOurs)
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:AllowedHosts:0", "media.example"));
        foreach (var path in new[] { "/", "/tasks/", "/openapi/v1.json" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = name } };

            var answer = await host.Client.SendAsync(request, ApiHost.Token);

            Assert.Equal(isOurs ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("http://evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://evil.test/?127.0.0.1")]
    [InlineData("file://")]
    public async Task A_page_of_another_site_can_not_change_anything(string origin)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));
        using var post = new HttpRequestMessage(HttpMethod.Post, "/tasks/")
        {
            Headers = { { "Origin", origin } },
            Content = new FormUrlEncodedContent([new("infohash", Infohashes.Other)]),
        };
        using var delete = new HttpRequestMessage(HttpMethod.Delete, $"/tasks/{Infohashes.One}") { Headers = { { "Origin", origin } } };
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, "/hubs/status/negotiate?negotiateVersion=1") { Headers = { { "Origin", origin } } };

        foreach (var request in new[] { post, delete, negotiate })
        {
            var answer = await host.Client.SendAsync(request, ApiHost.Token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("urn:eventtorrent:error:foreign-origin", await ApiHost.ProblemTypeAsync(answer));
        }

        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, origin));
        Assert.NotNull(await host.FindAsync(Infohashes.One));
        Assert.Null(await host.FindAsync(Infohashes.Other));
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.Created)]
    [InlineData("none", HttpStatusCode.Created)]
    public async Task What_the_browser_says_of_the_site_counts_too(string site, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        using var post = new HttpRequestMessage(HttpMethod.Post, "/tasks/")
        {
            Headers = { { "Sec-Fetch-Site", site } },
            Content = new FormUrlEncodedContent([new("infohash", Infohashes.Other)]),
        };

        Assert.Equal(status, (await host.Client.SendAsync(post, ApiHost.Token)).StatusCode);
    }

    [Fact]
    public async Task Our_own_page_may_do_everything()
    {
        await using var host = await ApiHost.StartAsync();
        using var post = new HttpRequestMessage(HttpMethod.Post, "/tasks/")
        {
            Headers = { { "Origin", host.Address.GetLeftPart(UriPartial.Authority) }, { "Sec-Fetch-Site", "same-origin" } },
            Content = new FormUrlEncodedContent([new("infohash", Infohashes.Other)]),
        };

        Assert.Equal(HttpStatusCode.Created, (await host.Client.SendAsync(post, ApiHost.Token)).StatusCode);
    }

    [Fact]
    public async Task A_foreign_host_name_at_the_hub_is_refused()
    {
        await using var host = await ApiHost.StartAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, "http://evil.test", "evil.test"));
    }

    [Fact]
    public async Task One_address_is_slowed_down_whatever_it_says_of_itself()
    {
        await using var host = await ApiHost.StartAsync(null, ("Api:RateBurst", "3"), ("Api:RatePerSecond", "1"));
        var codes = new List<HttpStatusCode>();
        HttpResponseMessage? refused = null;
        foreach (var number in Enumerable.Range(0, 30))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/tasks/") { Headers = { { "X-Forwarded-For", $"203.0.113.{number}" } } };
            var answer = await host.Client.SendAsync(request, ApiHost.Token);
            codes.Add(answer.StatusCode);
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : refused;
        }

        Assert.Contains(HttpStatusCode.OK, codes);
        Assert.NotNull(refused);
        Assert.Equal("urn:eventtorrent:error:too-many-requests", await ApiHost.ProblemTypeAsync(refused));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/health/live", ApiHost.Token)).StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/tasks/")]
    [InlineData("/tasks/nope")]
    [InlineData("/nothing")]
    public async Task Every_answer_carries_the_headers_that_bind_a_browser(string path)
    {
        await using var host = await ApiHost.StartAsync();

        var headers = (await host.Client.GetAsync(path, ApiHost.Token)).Headers;

        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
        Assert.False(headers.Contains("Server"));
    }

    [Theory]
    [InlineData("Api:MaxPageSize", "0")]
    [InlineData("Api:RateBurst", "-1")]
    [InlineData("Api:AllowedHosts:0", "http://media.example/")]
    public async Task A_wrong_option_stops_the_start_and_is_named(string key, string value)
    {
        var wrong = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ApiHost.StartAsync(null, (key, value)));

        Assert.Contains(key.Split(':')[1], wrong.Message, StringComparison.Ordinal);
    }
}
