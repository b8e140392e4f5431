using EventTorrent.Cluster;

return await ClusterCommand.InvokeAsync(args);
