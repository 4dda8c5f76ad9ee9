package pt.ua.dicoogle.sdk;

import pt.ua.dicoogle.sdk.datastructs.Report;
import pt.ua.dicoogle.sdk.task.Task;

public interface IndexerInterface extends DicooglePlugin {
    Task<Report> index(Iterable<StorageInputStream> files, Object... parameters);
}
