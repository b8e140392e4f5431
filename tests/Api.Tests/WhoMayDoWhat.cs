using System.Net;
using System.Reflection;
using EventTorrent.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace EventTorrent.Api.Tests;

/// <summary>Every route of the door, and what it answers to those who should not have come.</summary>
public sealed class WhoMayDoWhat
{
    private const string Everybody = "everybody";
    private const bool Served = true;
    private const bool Refused = false;
    private const long No = 0;
    private const long Small = 1024;
    private const long Usual = 64 * 1024;
    private const long Torrent = (TorrentDescriptor.MaxLengthBytes / 3 * 4) + (1024 * 1024);
    private const long Batch = 64 * 1024 * 1024;

    private static readonly string[] Roles = ["viewer", "submitter", "admin"];

    /// <summary>
    /// Least role; whether a page of another site may make a browser ask it; whether it answers under a foreign name; the longest
    /// body, where the method has one.
    /// </summary>
    private static readonly Dictionary<string, Rule> Table = new()
    {
        ["ANY /health/live"] = new(Everybody, Served, Served, No),
        ["ANY /health/ready"] = new(Everybody, Served, Served, No),
        ["ANY /hubs/status"] = new("viewer", Refused, Refused, No),
        ["ANY /hubs/status/negotiate"] = new("viewer", Refused, Refused, Usual),
        ["ANY /metrics"] = new("viewer", Served, Refused, No),
        ["DELETE /keys/{id}"] = new("admin", Refused, Refused, Usual),
        ["DELETE /session/"] = new(Everybody, Refused, Refused, Usual),
        ["DELETE /tasks/{infohash}"] = new("admin", Refused, Refused, Usual),
        ["DELETE /workers/{name}/drain"] = new("admin", Refused, Refused, Usual),
        ["GET /api/v1/link"] = new("submitter", Refused, Refused, No),
        ["GET /keys/"] = new("admin", Served, Refused, No),
        ["GET /openapi"] = new("viewer", Served, Refused, No),
        ["GET /openapi/{documentName}.json"] = new("viewer", Served, Refused, No),
        ["GET /session/"] = new("viewer", Served, Refused, No),
        ["GET /stats"] = new("viewer", Served, Refused, No),
        ["GET /tasks/"] = new("viewer", Served, Refused, No),
        ["GET /tasks/queue/size"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/files"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/files/{file}/sprite.jpg"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/files/{file}/thumbnails.vtt"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/screenshots"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/screenshots.json"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/screenshots/{file}/{index}.jpg"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/sheet.jpg"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/swarm"] = new("submitter", Served, Refused, No),
        ["GET /tasks/{infohash}/timeline"] = new("viewer", Served, Refused, No),
        ["GET /tasks/{infohash}/thumbnail.jpg"] = new("viewer", Served, Refused, No),
        ["GET /tickets/keys.json"] = new(Everybody, Served, Refused, No),
        ["GET /workers/"] = new("viewer", Served, Refused, No),
        ["HEAD /tasks/{infohash}/files/{file}/sprite.jpg"] = new("viewer", Served, Refused, No),
        ["HEAD /tasks/{infohash}/files/{file}/thumbnails.vtt"] = new("viewer", Served, Refused, No),
        ["HEAD /tasks/{infohash}/screenshots/{file}/{index}.jpg"] = new("viewer", Served, Refused, No),
        ["HEAD /tasks/{infohash}/sheet.jpg"] = new("viewer", Served, Refused, No),
        ["HEAD /tasks/{infohash}/thumbnail.jpg"] = new("viewer", Served, Refused, No),
        ["PATCH /tasks/{infohash}/"] = new("submitter", Refused, Refused, Small),
        ["POST /keys/"] = new("admin", Refused, Refused, Small),
        ["POST /session/"] = new(Everybody, Refused, Refused, Small),
        ["POST /tasks/"] = new("submitter", Refused, Refused, Torrent),
        ["POST /tasks/batch"] = new("submitter", Refused, Refused, Batch),
        ["POST /tasks/files"] = new("submitter", Refused, Refused, Torrent),
        ["POST /tasks/{infohash}/pause"] = new("submitter", Refused, Refused, Usual),
        ["POST /tasks/{infohash}/resume"] = new("submitter", Refused, Refused, Usual),
        ["POST /tasks/{infohash}/retry"] = new("submitter", Refused, Refused, Usual),
        ["POST /tasks/{infohash}/ticket"] = new("viewer", Refused, Refused, Small),
        ["POST /tasks/{infohash}/watched"] = new("viewer", Refused, Refused, Usual),
        ["POST /workers/{name}/drain"] = new("admin", Refused, Refused, Usual),
    };

    private sealed record Rule(string Least, bool Foreign, bool OtherName, long MaxBytes);

    [Fact]
    public async Task The_table_has_every_route_and_each_says_who_may_ask_it()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), host.Routes.Select(route => route.Key).Order(StringComparer.Ordinal));
        Assert.Empty(host.Routes.Where(route => route.Any(endpoint =>
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Count == 0)).Select(route => route.Key));
    }

    [Fact]
    public async Task Without_a_key_only_what_is_for_everybody_is_answered() =>
        await AssertAsync(async (host, keys, route, rule) =>
        {
            using var answer = await AskAsync(host, route);
            return rule.Least == Everybody ? IsIn(answer) : await IsAsync(answer, HttpStatusCode.Unauthorized, "key-needed");
        });

    [Fact]
    public async Task With_a_wrong_key_it_is_the_same() =>
        await AssertAsync(
            async (host, keys, route, rule) =>
            {
                using var answer = await AskAsync(host, route, keys["admin"][..^1] + (keys["admin"][^1] == '0' ? '1' : '0'));
                return rule.Least == Everybody ? IsIn(answer) : await IsAsync(answer, HttpStatusCode.Unauthorized, "unknown-key");
            },
            ("Api:WrongKeysPerMinute", "1000"));

    [Fact]
    public async Task With_a_role_that_is_too_low_it_is_refused_and_with_one_that_is_not_it_is_answered() =>
        await AssertAsync(async (host, keys, route, rule) =>
        {
            foreach (var role in Roles)
            {
                using var answer = await AskAsync(host, route, keys[role]);
                var isTooLow = Array.IndexOf(Roles, role) < Array.IndexOf(Roles, rule.Least);
                if (!(isTooLow ? await IsAsync(answer, HttpStatusCode.Forbidden, "role-too-low") : IsIn(answer)))
                {
                    return false;
                }
            }

            return true;
        });

    [Fact]
    public async Task A_page_of_another_site_can_make_a_browser_ask_only_what_changes_nothing() =>
        await AssertAsync(async (host, keys, route, rule) =>
        {
            using var answer = await AskAsync(host, route, keys["admin"], null, ("Origin", "http://evil.test"));
            return rule.Foreign ? IsIn(answer) : await IsAsync(answer, HttpStatusCode.Forbidden, "foreign-origin");
        });

    [Fact]
    public async Task Under_a_foreign_name_only_health_is_answered() =>
        await AssertAsync(async (host, keys, route, rule) =>
        {
            using var answer = await AskAsync(host, route, keys["admin"], null, ("Host", "evil.test"));
            return rule.OtherName ? IsIn(answer) : await IsAsync(answer, HttpStatusCode.BadRequest, "unknown-host");
        });

    [Fact]
    public async Task A_body_that_is_too_long_is_not_read() =>
        await AssertAsync(async (host, keys, route, rule) =>
        {
            if (rule.MaxBytes == No)
            {
                return MethodOf(route) is "GET" or "HEAD";
            }

            using var answer = await AskAsync(host, route, keys["admin"], new ByteArrayContent(new byte[rule.MaxBytes + 1]), ("Expect", "100-continue"));
            return await IsAsync(answer, HttpStatusCode.RequestEntityTooLarge, "too-large");
        });

    [Fact]
    public async Task What_is_no_route_is_for_admins_as_a_route_is_that_says_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        var keys = await host.MakeKeysAsync();

        using var nobody = await host.SendAsync(HttpMethod.Get, "/nothing");
        using var viewer = await host.SendAsync(HttpMethod.Get, "/nothing", keys["submitter"]);
        using var admin = await host.SendAsync(HttpMethod.Get, "/nothing", keys["admin"]);
        using var page = await host.SendAsync(HttpMethod.Delete, "/tasks/", keys["viewer"]);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Forbidden),
            (nobody.StatusCode, viewer.StatusCode, admin.StatusCode, page.StatusCode));
    }

    [Fact]
    public void The_hub_of_pages_has_no_method_to_call() =>
        Assert.Empty(
            from type in typeof(ApiBus).Assembly.GetTypes()
            where type.IsSubclassOf(typeof(Hub))
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where method.GetBaseDefinition().DeclaringType == type
            select $"{type.Name}.{method.Name}");

    private static async Task AssertAsync(
        Func<ApiHost, IReadOnlyDictionary<string, string>, string, Rule, Task<bool>> isAsExpected, params (string Key, string Value)[] settings)
    {
        await using var host = await ApiHost.StartAsync(null, settings);
        var keys = await host.MakeKeysAsync();
        var wrong = new List<string>();
        foreach (var (route, rule) in Table)
        {
            if (!await isAsExpected(host, keys, route, rule))
            {
                wrong.Add(route);
            }
        }

        Assert.Empty(wrong);
        Assert.Empty(host.Log.Alarms);
        Assert.All(keys.Values, key => Assert.DoesNotContain(key[^64..], host.Log.Text, StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> AskAsync(ApiHost host, string route, string? key = null, HttpContent? content = null, params (string, string)[] headers) =>
        host.SendAsync(new HttpMethod(MethodOf(route)), PathOf(route), key, content, headers);

    private static string MethodOf(string route) => route.Split(' ')[0] switch
    {
        "ANY" => route.EndsWith("/negotiate", StringComparison.Ordinal) ? "POST" : "GET",
        var method => method,
    };

    private static string PathOf(string route) => route.Split(' ')[1]
        .Replace("{infohash}", Infohashes.One, StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal)
        .Replace("{file}", "0", StringComparison.Ordinal).Replace("{index}", "0", StringComparison.Ordinal).Replace("{id}", "000000000000", StringComparison.Ordinal)
        .Replace("{name}", "host-1-a", StringComparison.Ordinal);

    /// <summary>Whatever the route itself says: it was reached.</summary>
    private static bool IsIn(HttpResponseMessage answer) =>
        (int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests);

    private static async Task<bool> IsAsync(HttpResponseMessage answer, HttpStatusCode status, string type) =>
        answer.StatusCode == status
        && (answer.RequestMessage!.Method == HttpMethod.Head || await ApiHost.ProblemTypeAsync(answer) == $"urn:eventtorrent:error:{type}");
}
