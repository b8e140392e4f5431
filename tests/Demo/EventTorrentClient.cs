using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace EventTorrent.Demo;

/// <summary>The REST door of a running EventTorrent, as far as the demo uses it.</summary>
internal sealed class EventTorrentClient : IDisposable
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Of the environment: a key of the service, where it asks for one.</summary>
    private const string KeyVariable = "EVENTTORRENT_KEY";

    private readonly HttpClient _http;

    public EventTorrentClient(Uri url)
    {
        Url = url;
        _http = new HttpClient(new PatientHandler()) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public Uri Url { get; }

    /// <exception cref="DemoException">Nobody answers, or it is not ready for work.</exception>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("/health/ready", cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new DemoException($"EventTorrent at {Url} is not ready: GET /health/ready was answered with {(int)response.StatusCode}.");
            }
        }
        catch (HttpRequestException unreachable)
        {
            throw new DemoException($"EventTorrent does not answer at {Url}: {unreachable.Message}");
        }
    }

    /// <exception cref="DemoException">The submission was refused.</exception>
    public async Task SubmitAsync(string magnet, int shots, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["magnet"] = magnet,
            ["want"] = "screenshots,stream",
            ["shots"] = FormattableString.Invariant($"{shots}"),
        });
        using var response = await _http.PostAsync("/tasks/", form, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new DemoException($"POST /tasks/ was answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    public async Task<TaskReply> FindAsync(string infohash, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<TaskReply>($"/tasks/{infohash}", Format, cancellationToken)
                ?? throw new DemoException($"GET /tasks/{infohash} was answered with null.");
        }
        catch (JsonException wrong)
        {
            throw new DemoException($"GET /tasks/{infohash} was answered in another shape: {wrong.Message}");
        }
    }

    public async Task<IReadOnlyList<TimelineReply>> TimelineAsync(string infohash, CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<List<TimelineReply>>($"/tasks/{infohash}/timeline", Format, cancellationToken) ?? [];

    public Task<byte[]> DownloadAsync(string path, CancellationToken cancellationToken) => _http.GetByteArrayAsync(path, cancellationToken);

    /// <summary>Removes the task; one that is gone already is as good.</summary>
    public async Task DeleteAsync(string infohash, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync($"/tasks/{infohash}?data=true", cancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
