using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage.Model;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas.Webhooks;

/// <summary>
/// Makes the request. It follows no redirect, uses no proxy and no cookie, reads no body, and connects to no address that is not of
/// the Internet: what a name resolves to is looked at when the connection is made, so that no answer of DNS can change in between.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>A name may mean another machine by then.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly byte[] _key;
    private readonly bool _allowPrivate;
    private readonly TimeProvider _time;

    public WebhookClient(IOptions<WebhookOptions> options, TimeProvider time)
    {
        _allowPrivate = options.Value.AllowPrivateNetworks;
        _key = WebhookSignature.TryReadKey(options.Value.Secret ?? "", out var key) ? key : [];
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTime,
            PooledConnectionLifetime = ConnectionLife,
            MaxConnectionsPerServer = 8,
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout,
        };
    }

    /// <summary>Of one request.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(10);

    public async Task<WebhookOutcome> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var at = _time.GetUtcNow();
        var id = $"msg_{delivery.Id:N}";
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
            Headers =
            {
                { "webhook-id", id },
                { "webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
                { "webhook-signature", WebhookSignature.Sign(_key, id, at, delivery.Body) },
                { "User-Agent", "EventTorrent" },
            },
        };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return WebhookOutcome.Of(response.StatusCode);
        }
        catch (HttpRequestException failure) when (failure.InnerException is PrivateAddressException)
        {
            return WebhookOutcome.Refused;
        }
        catch (HttpRequestException failure)
        {
            return new WebhookOutcome(null, failure.HttpRequestError.ToString(), MayTryAgain: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookOutcome(null, nameof(HttpStatusCode.RequestTimeout), MayTryAgain: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = _allowPrivate ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException() : Exception("The receiver has no address of the Internet.");
}
