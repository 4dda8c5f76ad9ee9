package imaging.metrics;

import java.util.EnumSet;
import javax.servlet.DispatcherType;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;

/**
 * Puts a {@link RequestFilter} before every servlet of a running Jetty. Its handler answers no
 * request; it is how the plugin comes to know the server, which Dicoogle keeps to itself
 * (research/dicoogle.md §3).
 */
public final class WebMeasurement extends ServletContextHandler {
    private static final String MARK = "imaging.measured";

    private final Metrics metrics;

    public WebMeasurement(Metrics metrics) {
        this.metrics = metrics;
        setContextPath("/imaging-measurement");
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        measureAll();
    }

    /** Measures those contexts too that other plugins have added since. */
    public void measureAll() {
        Server server = getServer();
        if (server == null) {
            return;
        }
        for (Handler handler : server.getChildHandlersByClass(ServletContextHandler.class)) {
            ServletContextHandler context = (ServletContextHandler) handler;
            if (context != this && context.getAttribute(MARK) == null) {
                context.setAttribute(MARK, true);
                FilterHolder holder = new FilterHolder(new RequestFilter(metrics));
                context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
            }
        }
    }
}
