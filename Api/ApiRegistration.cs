using System.Data.Common;
using System.IO.Compression;
using System.Net;
using EventTorrent.Api.Links;
using EventTorrent.Api.Pictures;
using EventTorrent.Api.Playback;
using EventTorrent.Api.Sheets;
using EventTorrent.Api.Stats;
using EventTorrent.Api.Status;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Tasks;
using EventTorrent.Api.Web;
using EventTorrent.Api.Workers;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Media;
using EventTorrent.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTorrent.Api;

public static class ApiRegistration
{
    private const int DefaultPort = 8080;

    /// <summary>A .torrent file in base64 with its form around it.</summary>
    private const long MaxBodyBytes = TorrentDescriptor.MaxLengthBytes / 3 * 4 + 1024 * 1024;

    private const int MaxFormFields = 64;

    /// <summary>Pages send the hub nothing but its handshake and pings.</summary>
    private const long MaxHubMessageBytes = 1024;

    /// <summary>Adds the door; storage and bus (with <see cref="ApiBus"/>) are added by the program.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ApiOptions>()
            .Bind(configuration.GetSection(ApiOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.AllowedHosts.All(host => Uri.CheckHostName(host) != UriHostNameType.Unknown),
                "Api:AllowedHosts holds host names without scheme and port.")
            .ValidateOnStart();
        services.AddOptions<PlaybackOptions>()
            .Bind(configuration.GetSection(PlaybackOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMedia(configuration);
        services.AddSingleton<PictureStore>();
        services.AddSingleton<SheetStore>();
        services.AddScoped<SheetService>();
        services.AddSingleton<LinkWaits>();
        services.AddScoped<LinkService>();
        services.AddScoped<TaskReader>();
        services.AddSingleton<PendingCount>();
        services.AddScoped<TaskDeletion>();
        services.AddScoped<TaskWishes>();
        services.AddScoped<SubmissionService>();
        services.AddSingleton<WorkNudge>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkNudge>());
        services.AddHostedService<PictureReaper>();
        services.AddSingleton<TicketKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<TicketKeys>());
        services.AddSingleton<TicketMint>();
        services.AddScoped<TicketService>();
        services.AddInstruments<DoorMetrics>();
        services.AddHostedService<QueueMetrics>();
        services.AddScoped<StatsReader>();
        services.AddSingleton<QueueCensus>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueCensus>());
        services.AddProblemDetails();
        services.AddOpenApi();
        services.AddRateLimits();
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, PageFiles.CompressedTypes));
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddSignalR(options => options.MaximumReceiveMessageSize = MaxHubMessageBytes)
            .AddJsonProtocol(options => ApiJson.Configure(options.PayloadSerializerOptions));
        services.Configure<FormOptions>(options =>
        {
            options.ValueCountLimit = MaxFormFields;
            options.MultipartBodyLengthLimit = MaxBodyBytes;
        });
        services.AddOptions<KestrelServerOptions>().Configure<IConfiguration>((kestrel, settings) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            // There are no keys yet, so that nobody but this machine is let in unless the operator says so. Keys and roles
            // are to come; from then on a public address without a key will be refused at start.
            if (!HostAddress.IsConfigured(settings))
            {
                kestrel.Listen(IPAddress.Loopback, DefaultPort);
            }
        });
        return services;
    }

    /// <summary>Adds the door's middleware, endpoints and page.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        // The order is the point: no answer without the headers, nothing for a foreign name, no work for a foreign page.
        // X-Forwarded-For and its like are ignored: no middleware here reads them.
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf });
        app.UseStatusCodePages();
        app.UseMiddleware<HostGuard>();
        app.UseRateLimiter();
        app.UseMiddleware<OriginGuard>();
        app.UsePage();

        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi();
        app.MapTasks();
        app.MapTaskWishes();
        app.MapTaskParts();
        app.MapTickets();
        app.MapSheets();
        app.MapLink();
        app.MapWorkers();
        app.MapStats();
        app.MapHub<StatusHub>(StatusHub.Path);
        return app;
    }

    /// <summary>A database that does not answer is a matter of time, not of the request. EF Core wraps what the driver says.</summary>
    private static int StatusOf(Exception failure) =>
        failure is DbException or DbUpdateException or TimeoutException or TaskHeldException || failure.InnerException is DbException
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status500InternalServerError;
}
