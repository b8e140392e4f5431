using System.IO.Compression;
using System.Net;
using EventTorrent.Api.Access;
using EventTorrent.Api.Batches;
using EventTorrent.Api.Links;
using EventTorrent.Api.Pictures;
using EventTorrent.Api.Playback;
using EventTorrent.Api.Sheets;
using EventTorrent.Api.Stats;
using EventTorrent.Api.Status;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Tasks;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Api.Workers;
using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.Hosting.Telemetry;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Media;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api;

public static class ApiRegistration
{
    private const int DefaultPort = 8080;

    /// <summary>A .torrent file in base64 with its form around it.</summary>
    internal const long MaxBodyBytes = TorrentDescriptor.MaxLengthBytes / 3 * 4 + 1024 * 1024;

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
        services.AddWebhookOptions(configuration);
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
        services.AddScoped<BatchService>();
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
        services.AddScoped<WorkerWishes>();
        services.AddSingleton<QueueCensus>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueCensus>());
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.Complete);
        services.AddApiDocument();
        services.AddRateLimiter(_ => { });
        services.AddAccess();
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
            // An address that others can reach has to be asked for, and needs a key (OpenDoor).
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
        // The order is the point: no answer without the headers, nothing for a foreign name, no work for a foreign page or
        // without a key. What is before the keys is open to all: the page itself, as somebody has to log in.
        app.UseTrustedProxies();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf });
        app.UseStatusCodePages();
        app.UseMiddleware<HostGuard>();
        app.UseAddressLimit();
        app.UseMiddleware<OriginGuard>();
        app.UsePage();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseKeyLimit();
        app.UseMiddleware<BodyGuard>();

        app.MapHealth();
        app.MapGroup("").Needs(AccessRole.Viewer).MapMetrics();
        app.MapOpenApi().Needs(AccessRole.Viewer);
        app.MapApiPage().Needs(AccessRole.Viewer);
        app.MapGroup("")
            .Refuses(StatusCodes.Status400BadRequest, "unknown-host")
            .Refuses(StatusCodes.Status401Unauthorized, "key-needed", "unknown-key")
            .Refuses(StatusCodes.Status403Forbidden, "foreign-origin", "role-too-low")
            .Refuses(StatusCodes.Status429TooManyRequests, "too-many-requests")
            .Refuses(StatusCodes.Status503ServiceUnavailable, "unavailable")
            .MapSession().MapKeys()
            .MapTasks().MapBatch().MapTaskWishes().MapTaskParts().MapTickets().MapSheets().MapLink().MapWorkers().MapStats();
        app.MapHub<StatusHub>(StatusHub.Path).Needs(AccessRole.Viewer);
        return app;
    }

    /// <summary>Refuses to go on where the door could be reached by others and there is no key; the schema must be there.</summary>
    /// <exception cref="OptionsValidationException">It says what to do.</exception>
    public static Task CheckKeysAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<OpenDoor>().CheckAsync(services.GetRequiredService<KeyRing>(), cancellationToken);

    private static int StatusOf(Exception failure) => DatabaseFailure.MayPass(failure)
        ? StatusCodes.Status503ServiceUnavailable
        : StatusCodes.Status500InternalServerError;
}
