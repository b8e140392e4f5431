using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

public static class SignalingRegistration
{
    /// <summary>Below the 15 s after which a node gives a silent hub up.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>Above the 15 s between two pings of SignalR's client in a page.</summary>
    private static readonly TimeSpan ClientSilence = TimeSpan.FromSeconds(40);

    /// <summary>Adds the hub; the bus (with <see cref="SignalingBus"/>) is added by the program.</summary>
    public static IServiceCollection AddSignaling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SignalingOptions>()
            .Bind(configuration.GetSection(SignalingOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SignalingInstance>();
        services.AddSingleton<NodeKeySet>();
        services.AddSingleton<NodeDirectory>();
        services.AddSingleton<ViewerSessions>();
        services.AddSingleton<ViewerLimits>();
        services.AddInstruments<SignalingMetrics>();
        services.AddSingleton<IceServerList>();
        services.AddSingleton<TicketKeySet>();
        services.AddSingleton<TicketKeyFetcher>();
        services.AddHostedService(provider => provider.GetRequiredService<TicketKeyFetcher>());
        services.AddHealthChecks().AddCheck<TicketKeyFetcher>("ticket-keys", tags: [HealthEndpoints.Ready]);
        services.AddSingleton<TicketReader>();
        services.AddSingleton<SignalRelay>();
        services.AddSingleton<RelayQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<RelayQueue>());
        services.AddSingleton<NodeAnnouncer>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeAnnouncer>());
        services.AddCors();
        services.AddSignalR().AddHubOptions<SignalingHub>(hub =>
        {
            hub.MaximumReceiveMessageSize = SignalingHub.MaxMessageBytes;
            hub.KeepAliveInterval = KeepAlive;
            hub.ClientTimeoutInterval = ClientSilence;
        });
        return services;
    }

    /// <summary>Adds the hub's address, and what stands before it, to whatever hosts it.</summary>
    public static WebApplication MapSignaling(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<SignalingOptions>>().Value.AllowedOrigins;
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(SignalingHub.Path, StringComparison.OrdinalIgnoreCase),
            branch => branch
                .UseCors(cors => cors.WithOrigins([.. origins]).AllowCredentials().AllowAnyHeader().WithMethods(HttpMethods.Post, HttpMethods.Get))
                .UseMiddleware<SignalingGuard>());
        app.MapHub<SignalingHub>(SignalingHub.Path, connection => connection.Transports = HttpTransportType.WebSockets)
            // A viewer shows its ticket, a node its own key: the keys of the door are unknown here.
            .AllowAnonymous();
        return app;
    }

    /// <summary>All that a process of its own answers to.</summary>
    public static void MapSignalingProcess(this WebApplication app)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapSignaling();
    }
}
