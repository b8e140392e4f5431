using System.Text.Json;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using EventTorrent.TestKit;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Tests;

/// <summary>The door on a port of its own, with SQLite and the in-memory bus, hosted by another project than its own.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory? _ownDirectory;

    private ApiHost(WebApplication app, TempDirectory? ownDirectory, string dataDirectory, Uri address, Recorder recorder, LogRecorder log)
    {
        _app = app;
        _ownDirectory = ownDirectory;
        DataDirectory = dataDirectory;
        Address = address;
        Messages = recorder;
        Log = log;
        Client = new HttpClient { BaseAddress = address };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public string DataDirectory { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>What was published.</summary>
    public Recorder Messages { get; }

    public LogRecorder Log { get; }

    /// <summary>What the process answers: each method of each route, as the document of the API writes it.</summary>
    public IEnumerable<(string Method, string Path)> Routes =>
        from route in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        let path = "/" + route.RoutePattern.RawText!.Trim('/')
        select (method, path);

    public IBus Bus => _app.Services.GetRequiredService<IBus>();

    /// <param name="dataDirectory">A directory to share with another host, or null for one of its own.</param>
    public static async Task<ApiHost> StartAsync(string? dataDirectory = null, params (string Key, string Value)[] settings)
    {
        var own = dataDirectory is null ? new TempDirectory() : null;
        dataDirectory ??= own!.FullPath;
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var recorder = new Recorder();
        var log = new LogRecorder();

        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = address.ToString(),
            ["Storage:DataDirectory"] = dataDirectory,
        }.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))));
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddEventTorrentBus(builder.Configuration, new ApiBus(), recorder);
        builder.Services.AddApi(builder.Configuration);
        var app = builder.Build();
        await app.MigrateStorageAsync(Token);
        app.MapApi();
        await app.StartAsync(Token);
        return new ApiHost(app, own, dataDirectory, address, recorder, log);
    }

    public Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return Client.PostAsync("/tasks/", form, Token);
    }

    public Task<HttpResponseMessage> PostTorrentAsync(byte[] torrent, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(torrent), "torrent_file", "a.torrent" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        // As curl does with large bodies: a refusal then comes before the body is sent.
        return Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/tasks/") { Content = form, Headers = { ExpectContinue = true } }, Token);
    }

    public async Task<JsonNode> GetAsync(string path) =>
        (await Client.GetFromJsonAsync<JsonNode>(path, Token))!;

    /// <summary>Works on the rows as another part of the system would.</summary>
    public Task<T> WithDbAsync<T>(Func<TorrentDb, Task<T>> work) => WithAsync(work);

    /// <summary>Uses a service of the process, in a scope of its own.</summary>
    public async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> work) where TService : notnull
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<TorrentTask?> FindAsync(string infohash) => WithDbAsync(db =>
        db.Tasks.AsNoTracking().Include(task => task.Items).Include(task => task.Timeline)
            .FirstOrDefaultAsync(task => task.Infohash == infohash, Token));

    public Task ChangeAsync(string infohash, Action<TorrentTask> change) => WithDbAsync(async db =>
    {
        change(await db.Tasks.Include(task => task.Items).SingleAsync(task => task.Infohash == infohash, Token));
        return await db.SaveChangesAsync(Token);
    });

    /// <summary>A row that was never submitted here.</summary>
    public Task AddAsync(params TorrentTask[] tasks) => WithDbAsync(db =>
    {
        db.Tasks.AddRange(tasks);
        return db.SaveChangesAsync(Token);
    });

    public static TorrentTask NewTask(string infohash, DateTimeOffset createdAt) => new()
    {
        CorrelationId = Infohash.Parse(infohash).ToTaskId(),
        Infohash = infohash,
        Shots = 10,
        CreatedAt = createdAt,
        UpdatedAt = createdAt,
    };

    public static async Task<string> ProblemTypeAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return problem.GetProperty("type").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_ownDirectory is not null)
        {
            await _ownDirectory.DisposeAsync();
        }
    }
}
