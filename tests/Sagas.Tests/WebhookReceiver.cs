using System.Threading.Channels;
using EventTorrent.TestKit;

namespace EventTorrent.Sagas.Tests;

/// <summary>Somebody who is told: keeps what came, and answers as the test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Channel<(IHeaderDictionary Headers, string Body)> _calls = Channel.CreateUnbounded<(IHeaderDictionary, string)>();

    private WebhookReceiver(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/told?token=secret";

    /// <summary>Of every answer from now on.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>Where a redirect leads to.</summary>
    public string? Location { get; set; }

    public bool WasCalled => _calls.Reader.TryPeek(out _);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = FreePort.Next();
        builder.Configuration["Urls"] = $"http://127.0.0.1:{port}";
        var app = builder.Build();
        var receiver = new WebhookReceiver(app, port);
        app.MapPost("/told", receiver.TakeAsync);
        await app.StartAsync(Cancellation);
        return receiver;
    }

    public async Task<(IHeaderDictionary Headers, string Body)> NextAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        return await _calls.Reader.ReadAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Response.StatusCode = Status;
        if (Location is not null)
        {
            context.Response.Headers.Location = Location;
        }

        // A copy, as the request is over before the test looks.
        await _calls.Writer.WriteAsync((new HeaderDictionary(context.Request.Headers.ToDictionary()), body), context.RequestAborted);
    }
}
