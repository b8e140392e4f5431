using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.Cluster.Tests;

/// <summary>The way of one process to the broker, which a test can spoil.</summary>
internal sealed class SpoiledWay(ClusterRole role, int number) : IAsyncDisposable
{
    private FaultProxy? _proxy;

    private FaultProxy Proxy => _proxy ?? throw new InvalidOperationException("The process was not started.");

    /// <summary>For <see cref="ClusterOptions.BusAddressOf"/>.</summary>
    public Uri AddressOf(ClusterRole asking, int which, Uri address)
    {
        if (asking != role || which != number)
        {
            return address;
        }

        _proxy ??= new FaultProxy(new IPEndPoint(IPAddress.Loopback, address.Port));
        return new UriBuilder(address) { Host = _proxy.Endpoint.Address.ToString(), Port = _proxy.Endpoint.Port }.Uri;
    }

    /// <summary>Both ways are swallowed, and nobody is told.</summary>
    public void Swallow() => Proxy.SpoilAll(new Fault { Swallows = true });

    /// <summary>As it was; what hung on the spoiled connections is cut.</summary>
    public void Heal()
    {
        Proxy.Fault = new Fault();
        Proxy.CutAll();
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }
}
