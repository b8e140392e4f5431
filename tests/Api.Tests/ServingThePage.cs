using System.Net;
using System.Text.RegularExpressions;

namespace EventTorrent.Api.Tests;

public sealed partial class ServingThePage
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/index.html", "text/html")]
    [InlineData("/icon.svg", "image/svg+xml")]
    [InlineData("/icon-maskable.svg", "image/svg+xml")]
    [InlineData("/manifest.webmanifest", "application/manifest+json")]
    public async Task The_page_is_there_when_another_project_hosts_the_door(string path, string type)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.Client.GetAsync(path, ApiHost.Token);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(ApiHost.Token));
        Assert.True(answer.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task It_holds_nothing_inline_and_nothing_from_elsewhere()
    {
        await using var host = await ApiHost.StartAsync();

        var html = await host.Client.GetStringAsync("/", ApiHost.Token);

        Assert.DoesNotMatch(Inline(), html);
        Assert.Contains("<div id=\"root\">", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("js", "text/javascript")]
    [InlineData("css", "text/css")]
    public async Task What_it_is_made_of_is_named_by_content_and_comes_compressed_in_less_than_200_kB(string extension, string type)
    {
        await using var host = await ApiHost.StartAsync();
        var html = await host.Client.GetStringAsync("/", ApiHost.Token);
        var path = Regex.Match(html, $"(?:src|href)=\"(/index-[^\"]+\\.{extension})\"").Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { AcceptEncoding = { new("gzip") } } };

        var answer = await host.Client.SendAsync(request, ApiHost.Token);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Contains(answer.Headers.CacheControl!.Extensions, extension => extension.Name == "immutable");
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(ApiHost.Token)).Length, 1_000, 200_000);
    }

    [Fact]
    public async Task The_document_of_the_API_names_every_route()
    {
        await using var host = await ApiHost.StartAsync();

        var document = await host.GetAsync("/openapi/v1.json");

        Assert.Equal(
            [
                "/api/v1/link", "/keys", "/keys/{id}", "/session", "/stats", "/tasks", "/tasks/batch", "/tasks/files", "/tasks/queue/size", "/tasks/{infohash}", "/tasks/{infohash}/files",
                "/tasks/{infohash}/files/{file}/sprite.jpg", "/tasks/{infohash}/files/{file}/thumbnails.vtt", "/tasks/{infohash}/pause",
                "/tasks/{infohash}/resume", "/tasks/{infohash}/retry", "/tasks/{infohash}/screenshots", "/tasks/{infohash}/screenshots.json",
                "/tasks/{infohash}/screenshots/{file}/{index}.jpg", "/tasks/{infohash}/sheet.jpg", "/tasks/{infohash}/swarm", "/tasks/{infohash}/thumbnail.jpg", "/tasks/{infohash}/ticket",
                "/tasks/{infohash}/timeline",
                "/tasks/{infohash}/watched", "/tickets/keys.json", "/workers", "/workers/{name}/drain",
            ],
            document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
        var post = document["paths"]!["/tasks"]!["post"]!;
        Assert.Equal(["200", "201", "400", "401", "403", "413", "415", "429", "503"], post["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal));
        Assert.Equal(3, post["requestBody"]!["content"]!.AsObject().Count);
    }

    [Fact]
    public async Task Health_names_what_it_looked_at()
    {
        await using var host = await ApiHost.StartAsync();

        var (live, ready) = (await host.GetAsync("/health/live"), await host.GetAsync("/health/ready"));

        Assert.Equal("healthy", (string?)live["status"]);
        Assert.Equal("healthy", (string?)ready["checks"]!["database"]!["status"]);
        Assert.Equal("healthy", (string?)ready["checks"]!["masstransit-bus"]!["status"]);
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|(src|href)="(https?:)?//""")]
    private static partial Regex Inline();
}
