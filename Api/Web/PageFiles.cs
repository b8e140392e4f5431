using Microsoft.Extensions.FileProviders;

namespace EventTorrent.Api.Web;

/// <summary>The page: files inside this assembly, so that they are there wherever it is loaded.</summary>
internal static class PageFiles
{
    public static IApplicationBuilder UsePage(this IApplicationBuilder app)
    {
        var files = new EmbeddedFileProvider(typeof(PageFiles).Assembly, "wwwroot");
        return app
            .UseDefaultFiles(new DefaultFilesOptions { FileProvider = files })
            .UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                // A new version of the program has new files under the same names.
                OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache",
            });
    }
}
