using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EventTorrent.Hosting.Tests;

/// <summary>Uses the door with every secret that it takes or gives, and keeps how it was refused.</summary>
internal sealed class TalkativeVisitor(Uri address, string admin) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
    private readonly StringBuilder _refusals = new();

    /// <summary>One that opens nothing.</summary>
    public string WrongKey { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Head and body of each answer that was none of success.</summary>
    public string Refusals => _refusals.ToString();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes a key, begins a session with it, and takes a ticket in that.</summary>
    public async Task<(string Key, string Cookie, string Ticket)> UseKeysAndTicketsAsync(string infohash)
    {
        var key = (string)(await AskForAsync(Request(HttpMethod.Post, "/keys/", admin, new { name = "a bot", role = "submitter" })))["key"]!;
        using var begin = Request(HttpMethod.Post, "/session/", null, new { key });
        using var begun = await _client.SendAsync(begin, Cancellation);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        var cookie = begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var inSession = new HttpRequestMessage(HttpMethod.Get, "/session/");
        inSession.Headers.Add("Cookie", cookie);
        Assert.Equal("a bot", (string?)(await AskForAsync(inSession))["name"]);
        var ticket = (string)(await AskForAsync(Request(HttpMethod.Post, $"/tasks/{infohash}/ticket", key, new { dtls = new string('a', 64) })))["token"]!;
        return (key, cookie.Split('=', 2)[1], ticket);
    }

    /// <summary>Asks what can't be granted, with secrets in all places.</summary>
    public async Task BeRefusedAsync(string infohash, string tracker, string token)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Get, "/tasks/", WrongKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Post, "/session/", null, new { key = WrongKey }));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(HttpMethod.Post, "/tasks/", admin, new { magnet = $"magnet:?xt=urn:btih:no&tr={tracker}" }));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(HttpMethod.Post, "/tasks/", admin, new { infohash, webhook = $"ftp://127.0.0.1/{token}" }));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(HttpMethod.Post, "/keys/", admin, new { name = WrongKey, role = admin }));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(HttpMethod.Post, $"/tasks/{infohash}/ticket", admin, new { dtls = WrongKey[1..] }));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(HttpMethod.Delete, "/keys/000000000000", admin));
    }

    /// <summary>Keeps the answer if it is a refusal.</summary>
    public async Task<HttpStatusCode> AskAsync(HttpMethod method, string path, string? key, object? body = null)
    {
        using var request = Request(method, path, key, body);
        using var answer = await _client.SendAsync(request, Cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            _refusals.Append(answer).AppendLine().AppendLine(await answer.Content.ReadAsStringAsync(Cancellation));
        }

        return answer.StatusCode;
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, string? key, object? body) => new(method, path)
    {
        Content = body is null ? null : JsonContent.Create(body),
        Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };

    private async Task<JsonNode> AskForAsync(HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{request.RequestUri}: {answer.StatusCode}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }
}
