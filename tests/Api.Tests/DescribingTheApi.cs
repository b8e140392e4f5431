using System.Net;
using System.Text.Json.Nodes;

namespace EventTorrent.Api.Tests;

/// <summary>The document against the routes themselves.</summary>
public sealed class DescribingTheApi
{
    /// <summary>What is no part of the REST API, and is described in words (docs/rest.md).</summary>
    private static readonly string[] Others = ["/health/", "/hubs/", "/metrics", "/openapi"];

    [Fact]
    public async Task Every_route_is_there_with_what_it_does_what_it_answers_and_what_it_refuses()
    {
        await using var host = await ApiHost.StartAsync();
        var document = (await host.GetAsync("/openapi/v1.json"))["paths"]!.AsObject();
        // A pattern may end with a slash that the document leaves out.
        var routes = host.Routes.Select(route => route.Key.Split(' ')).Select(route => (Method: route[0], Path: "/" + route[1].Trim('/')))
            .Where(route => !Others.Any(other => route.Path.StartsWith(other, StringComparison.Ordinal))).ToList();

        Assert.True(routes.Count >= 20, $"{routes.Count} routes");
        Assert.Equal(
            routes.Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal),
            document.SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}")).Order(StringComparer.Ordinal));
        foreach (var (path, operation) in document.SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key} {path.Key}", operation.Value!))))
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), path);
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["description"]), path);
            Assert.All(operation["parameters"]?.AsArray() ?? [], parameter => Assert.False(string.IsNullOrWhiteSpace((string?)parameter!["description"]), $"{path} {parameter["name"]}"));
            AssertAnswers(path, operation["responses"]!.AsObject());
        }
    }

    [Fact]
    public async Task What_an_answer_holds_is_said_and_shown()
    {
        await using var host = await ApiHost.StartAsync();

        var task = (await host.GetAsync("/openapi/v1.json"))["components"]!["schemas"]!["TaskDetail"]!["properties"]!;

        Assert.Equal("c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd", (string?)task["infohash"]!["examples"]![0]);
        Assert.False(string.IsNullOrWhiteSpace((string?)task["state"]!["description"]));
        Assert.NotNull(task["webhooks"]);
    }

    [Fact]
    public async Task A_person_can_read_it_without_a_script()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.Client.GetAsync("/openapi", ApiHost.Token);
        var html = await answer.Content.ReadAsStringAsync(ApiHost.Token);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("<h2>POST /tasks/batch</h2>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    private static void AssertAnswers(string path, JsonObject responses)
    {
        var good = responses.Where(response => response.Key[0] == '2').ToList();
        Assert.True(good.Count > 0, $"{path} has no success");
        Assert.All(good.Where(response => response.Key != "204"), response =>
            Assert.True(response.Value!["content"]?.AsObject().All(content => content.Value!["schema"] is not null) == true, $"{path} {response.Key} has no schema"));
        Assert.Superset(new HashSet<string> { "400", "403", "429", "503" }, responses.Select(response => response.Key).ToHashSet());
        Assert.All(responses.Where(response => response.Key[0] is '4' or '5'), response =>
        {
            Assert.Contains("urn:eventtorrent:error:", (string?)response.Value!["description"], StringComparison.Ordinal);
            // Bots read the error of a link in the answer that they know.
            var example = response.Value["content"]!["application/problem+json"]?["example"];
            Assert.Equal(path.EndsWith("/api/v1/link", StringComparison.Ordinal) && response.Key == "400" ? null : response.Key, example?["status"]?.ToString());
        });
    }
}
